select pg_describe_object(classid, objid, objsubid) as of, classid::int, objid::int from pg_depend where refobjid = 'f(numeric)'::regprocedure order by 1, 2, 3;
