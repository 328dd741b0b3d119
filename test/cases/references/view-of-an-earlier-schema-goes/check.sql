select distinct d.refobjid::regclass::text as reads from pg_depend d join pg_rewrite r on r.oid = d.objid where r.ev_class = 'app.top'::regclass and d.refobjid <> r.ev_class order by 1;
