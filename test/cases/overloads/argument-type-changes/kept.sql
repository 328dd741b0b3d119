select proacl::text, obj_description(oid, 'pg_proc') from pg_proc where proname = 'f';
select relname::text, oid::int from pg_class where relname in ('reader', 'on_reader') order by 1
