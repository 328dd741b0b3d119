select oid::regprocedure::text as f, has_function_privilege('bob', oid, 'execute') as bob, obj_description(oid, 'pg_proc') as comment from pg_proc where proname = 'f' order by 1;
