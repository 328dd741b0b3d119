select pg_describe_object(classid, objid, objsubid) as of, refobjid::regoperator::text as operator from pg_depend where refclassid = 'pg_operator'::regclass and refobjid > 16384 order by 1, 2;
select oprname, oprnamespace::regnamespace::text as schema, oprowner::regrole::text as owner, obj_description(oid, 'pg_operator') from pg_operator where oid > 16384 order by 1;
select nspname from pg_namespace where nspname !~ '^pg_' order by 1;
