select indisclustered from pg_index where indexrelid = 'mu'::regclass;
