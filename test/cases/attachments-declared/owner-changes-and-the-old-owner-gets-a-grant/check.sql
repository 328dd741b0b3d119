select has_table_privilege('bob', 'v', 'select') as may;
