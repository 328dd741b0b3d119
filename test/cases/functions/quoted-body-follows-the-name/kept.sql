select proname::text, oid::int, xmin::text from pg_proc where pronamespace = 'public'::regnamespace order by 1;
select * from reader
