select c.relname, i.indisvalid, d.description, p.relname as parent from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_description d on d.objoid = c.oid left join pg_inherits h on h.inhrelid = c.oid left join pg_class p on p.oid = h.inhparent where c.relnamespace = 'public'::regnamespace order by 1;
select conrelid::regclass::text as on_table, conname, conislocal, coninhcount, convalidated, connoinherit, obj_description(oid, 'pg_constraint') from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace order by 1, 2;
select adrelid::regclass::text, pg_get_expr(adbin, adrelid) from pg_attrdef order by 1;
select id, a from p order by id;
