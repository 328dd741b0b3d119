select oid::int, xmin::text from pg_class where relname = 'other_reader'
