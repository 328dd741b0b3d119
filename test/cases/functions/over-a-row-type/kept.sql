select proname::text, proacl::text, obj_description(oid, 'pg_proc') from pg_proc where pronamespace = 'public'::regnamespace order by 1;
select takes_many(gives_many());
select a from gives_all() order by a
