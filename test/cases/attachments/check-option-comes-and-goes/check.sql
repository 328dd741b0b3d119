select relname::text, reloptions::text from pg_class where relname in ('gains', 'loses', 'widens') order by 1
