select oid::int from pg_class where relname = 'reader'
