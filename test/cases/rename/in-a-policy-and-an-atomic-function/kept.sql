select oid::int from pg_policy;
select oid::int from pg_proc where proname = 'total'
