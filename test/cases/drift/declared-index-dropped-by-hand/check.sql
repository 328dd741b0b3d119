select indexname from pg_indexes where tablename = 'm';
