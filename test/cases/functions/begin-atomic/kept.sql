select proname::text, oid::int, proacl::text from pg_proc where proname in ('total', 'store') order by 1;
select * from reader
