select relname::text, oid::int, relfilenode::int from pg_class where relname in ('m', 'm_a') order by 1;
select oid::int, xmin::text from pg_proc where proname = 'total'
