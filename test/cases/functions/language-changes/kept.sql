select oid::int, proacl::text from pg_proc where proname = 'f';
select oid::int, xmin::text from pg_class where relname = 'reader'
