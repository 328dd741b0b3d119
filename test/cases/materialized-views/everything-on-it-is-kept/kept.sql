select c.relname::text, pg_get_indexdef(i.indexrelid), i.indisclustered, obj_description(c.oid, 'pg_class'), c.reloptions::text, (select array_agg(attstattarget order by attnum)::text from pg_attribute where attrelid = c.oid) from pg_index i join pg_class c on c.oid = i.indexrelid where indrelid = 'store.m'::regclass order by 1;
select relacl::text, (select array_agg(o order by o) from unnest(reloptions) o)::text, obj_description(oid, 'pg_class'), relispopulated from pg_class where oid = 'store.m'::regclass;
select stxname::text, pg_get_statisticsobjdef(oid), obj_description(oid, 'pg_statistic_ext') from pg_statistic_ext;
select attname::text, attstattarget, col_description(attrelid, attnum) from pg_attribute where attrelid = 'store.m'::regclass and attname in ('a', 'b') order by 1;
select id, a, b from store.m order by id
