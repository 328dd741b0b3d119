select oid::int, xmin::text from pg_policy where polname = 'spared';
select oid::int, xmin::text from pg_proc where proname = 'spared';
select oid::int from pg_proc where proname = 'caught';
select oid::int from pg_policy where polname = 'caught'
