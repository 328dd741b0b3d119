select proname::text, proowner::regrole::text, proacl::text, obj_description(oid, 'pg_proc') from pg_proc where proname in ('takes', 'total') order by 1;
select * from calls;
select total()::text;
select oid::int, obj_description(oid, 'pg_policy') from pg_policy
