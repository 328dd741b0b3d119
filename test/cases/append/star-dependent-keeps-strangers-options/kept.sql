select relname::text, reloptions::text from pg_class where relname in ('base', 'wide') order by 1
