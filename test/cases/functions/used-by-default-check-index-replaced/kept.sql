select oid::int from pg_proc where proname = 'f';
select conname::text, oid::int from pg_constraint where conrelid = 't'::regclass order by 1
