select c.relname::text, pg_get_indexdef(i.indexrelid), i.indisclustered, obj_description(c.oid, 'pg_class'), (select array_agg(attstattarget order by attnum)::text from pg_attribute where attrelid = c.oid) from pg_index i join pg_class c on c.oid = i.indexrelid where indrelid = 'store.m'::regclass order by 1;
select stxname::text, stxnamespace::regnamespace::text, stxowner::regrole::text, stxstattarget, pg_get_statisticsobjdef(oid) from pg_statistic_ext;
select reloptions::text, (select reloptions::text from pg_class x where x.oid = c.reltoastrelid) as toast from pg_class c where oid = 'store.m'::regclass;
select attname::text, attstattarget, attstorage, attoptions::text from pg_attribute where attrelid = 'store.m'::regclass and attname in ('a', 'b') order by 1
