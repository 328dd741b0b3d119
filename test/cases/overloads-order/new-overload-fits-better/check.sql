select distinct d.refobjid::regprocedure::text as calls from pg_depend d join pg_rewrite r on r.oid = d.objid where r.ev_class = 'v'::regclass and d.refclassid = 'pg_proc'::regclass order by 1;
