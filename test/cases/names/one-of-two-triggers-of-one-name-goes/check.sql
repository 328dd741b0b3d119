select tgrelid::regclass::text as on_table from pg_trigger where tgname = 'touch';
