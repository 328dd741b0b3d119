select oid::int from pg_proc where proname = 'f'
