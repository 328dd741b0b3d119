select relname::text, relispopulated from pg_class where relname in ('filled', 'emptied') order by 1
