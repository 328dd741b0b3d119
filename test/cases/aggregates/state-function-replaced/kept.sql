select proname::text, oid::int from pg_proc where proname in ('add_up', 'total') order by 1;
select oid::int, xmin::text from pg_class where relname = 'reader'
