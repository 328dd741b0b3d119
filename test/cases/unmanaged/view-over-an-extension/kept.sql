select oid::int, xmin::text from pg_proc where proname = 'similarity'
