select distinct d.refobjid::regclass::text as reads from pg_depend d join pg_rewrite r on r.oid = d.objid
  where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class and r.ev_class = 'reader'::regclass;
