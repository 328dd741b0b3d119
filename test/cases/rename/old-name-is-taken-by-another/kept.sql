select relname::text, oid::int from pg_class where relname in ('reader', 'on_reader') order by 1
