select has_table_privilege('bob', 'v', 'select') as bob_select, has_table_privilege('bob', 'v', 'insert') as bob_insert, has_table_privilege('carol', 'v', 'select') as carol;
