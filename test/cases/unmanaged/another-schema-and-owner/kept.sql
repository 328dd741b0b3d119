select relname::text, oid::int, relowner::regrole::text, relacl::text, (select array_agg(o order by o) from unnest(reloptions) o)::text, obj_description(oid), pg_get_viewdef(oid) from pg_class where relnamespace = 'analytics'::regnamespace and relkind = 'v' order by 1;
select oid::int, xmin::text from pg_class where relname = 'on_totals';
select col_description('analytics.totals'::regclass, 2), attacl::text, pg_get_expr(adbin, adrelid) from pg_attribute join pg_attrdef on adrelid = attrelid and adnum = attnum where attrelid = 'analytics.totals'::regclass;
select * from analytics.on_totals
