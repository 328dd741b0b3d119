select relispopulated from pg_class where relname = 'm';
