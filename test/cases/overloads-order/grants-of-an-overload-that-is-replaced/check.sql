select has_function_privilege('bob', oid, 'execute') as bob, has_function_privilege('carol', oid, 'execute') as carol, obj_description(oid, 'pg_proc') as comment from pg_proc where proname = 'f';
