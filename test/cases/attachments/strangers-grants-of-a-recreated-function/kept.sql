select proacl::text, proowner::regrole::text, obj_description(oid, 'pg_proc'), prorows from pg_proc where proname = 'f'
