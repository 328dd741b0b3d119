select oid::int from pg_class where relname = 'reader';
select oid::int, xmin::text from pg_class where relname = 'on_reader'
