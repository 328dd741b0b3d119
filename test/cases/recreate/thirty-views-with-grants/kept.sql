select relname::text, relacl::text, relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' order by 1
