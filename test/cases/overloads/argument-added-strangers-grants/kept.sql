select proacl::text, obj_description(oid, 'pg_proc'), proowner::regrole::text from pg_proc where proname = 'f';
select oid::int from pg_class where relname = 'reader'
