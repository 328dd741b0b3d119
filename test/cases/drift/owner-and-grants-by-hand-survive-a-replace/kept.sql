select relowner, relacl::text from pg_class where relname = 'v';
select proowner, proacl::text from pg_proc where proname = 'f';
