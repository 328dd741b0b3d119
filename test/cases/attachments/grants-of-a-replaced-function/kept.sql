select oid::int, proacl::text, proowner::regrole::text, obj_description(oid, 'pg_proc') from pg_proc where proname = 'f'
