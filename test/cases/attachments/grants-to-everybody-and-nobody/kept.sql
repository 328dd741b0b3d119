select relname::text, relacl::text from pg_class where relname in ('shut', 'never_granted', 'open') order by 1
