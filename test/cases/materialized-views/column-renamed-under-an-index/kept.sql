select relname::text, oid::int, relfilenode::int from pg_class where relname in ('m', 'm_a') order by 1
