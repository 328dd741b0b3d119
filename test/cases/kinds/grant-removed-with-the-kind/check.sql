select has_table_privilege('alice', 'v', 'select') as alice, has_table_privilege('carol', 'v', 'select') as carol;
