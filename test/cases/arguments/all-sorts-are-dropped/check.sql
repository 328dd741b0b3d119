select count(*)::int as left from pg_proc where pronamespace = 'public'::regnamespace;
