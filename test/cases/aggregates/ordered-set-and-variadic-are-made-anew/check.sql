select proname, proowner::regrole::text as owner, obj_description(oid, 'pg_proc') as comment, proacl::text as acl from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'a' order by 1;
select * from v;
