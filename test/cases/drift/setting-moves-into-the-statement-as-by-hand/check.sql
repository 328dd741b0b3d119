select proconfig from pg_proc where proname = 'f';
