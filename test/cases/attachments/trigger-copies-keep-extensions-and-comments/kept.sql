select tgrelid::regclass::text as t, tgname, obj_description(tgconstraint, 'pg_constraint') as comment,
  (select extname from pg_depend d join pg_extension e on e.oid = d.refobjid where d.classid = 'pg_trigger'::regclass and d.objid = g.oid and d.deptype = 'x') as extension
from pg_trigger g where tgname in ('late', 'early') order by 1, 2;
