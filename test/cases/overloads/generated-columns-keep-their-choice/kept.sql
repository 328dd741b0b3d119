select pg_describe_object(classid, objid, objsubid) as of from pg_depend where refobjid = 'f(int)'::regprocedure order by 1;
