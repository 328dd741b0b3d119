select oid::int from pg_class where relname = 'base';
select oid::int, xmin::text from pg_class where relname = 'reader'
