select proname, procost, provolatile, proconfig from pg_proc where proname in ('f', 'g') order by 1
