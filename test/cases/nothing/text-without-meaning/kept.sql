select relname::text, oid::int, xmin::text from pg_class where relname in ('base', 'reader') order by 1;
select oid::int, xmin::text from pg_proc where proname = 'f'
