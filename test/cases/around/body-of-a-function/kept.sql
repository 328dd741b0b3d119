select proname, provolatile, prosecdef, procost from pg_proc where proname in ('total', 'twice') order by 1;
