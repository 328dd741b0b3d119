select proacl::text, obj_description(oid, 'pg_proc') from pg_proc where proname = 'total';
select * from casts
