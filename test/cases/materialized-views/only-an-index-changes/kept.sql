select oid::int, relfilenode::int from pg_class where relname = 'm'
