select relname, relacl::text, reloptions::text from pg_class where relname in ('s1', 's2') order by 1;
