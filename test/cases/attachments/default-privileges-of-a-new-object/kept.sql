select has_table_privilege('bob', 'base', 'select')
