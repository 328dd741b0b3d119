select has_table_privilege('bob', 'v', 'select') as bob, obj_description('v'::regclass) as comment;
