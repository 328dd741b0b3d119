select c.oid::int, c.relname::text, c.relowner::regrole::text, c.relacl::text, c.reloptions::text, obj_description(c.oid, 'pg_class') from pg_class c where relname in ('v', 'above') order by 2;
select attname::text, format_type(atttypid, atttypmod), attcollation::regcollation::text, attacl::text, col_description(attrelid, attnum) from pg_attribute where attrelid = 'v'::regclass order by attnum;
select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'v'::regclass;
select tgname::text, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 'v'::regclass;
select rulename::text, pg_get_ruledef(oid) from pg_rewrite where ev_class = 'v'::regclass order by 1;
select id, n, v, p from v;
