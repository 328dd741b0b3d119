select relname::text, oid::int, xmin::text from pg_class where relname in ('base', 'm', 'm_id') order by 1;
select proname::text, oid::int, xmin::text from pg_proc where proname in ('touch', 'p', 'total') order by 1;
select oid::int, xmin::text from pg_trigger where tgname = 'touched';
select oid::int, xmin::text from pg_policy
