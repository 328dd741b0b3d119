select reloptions::text from pg_class where relname = 'v';
