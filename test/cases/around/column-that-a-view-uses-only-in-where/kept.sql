select relname::text, oid::int, relacl::text from pg_class where relname in ('v', 'w', 'x') order by 1;
