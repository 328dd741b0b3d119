select oid::int, proacl::text, obj_description(oid, 'pg_proc') from pg_proc where proname = 'total';
select oid::int, xmin::text from pg_class where relname = 'reader';
select * from reader
