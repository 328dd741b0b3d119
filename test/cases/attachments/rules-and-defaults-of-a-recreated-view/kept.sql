select rulename::text, ev_enabled, pg_get_ruledef(oid), obj_description(oid, 'pg_rewrite') from pg_rewrite where ev_class = 'base'::regclass and rulename in ('upd', 'del') order by 1;
select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'base'::regclass;
select obj_description('base'::regclass), col_description('base'::regclass, attnum) from pg_attribute where attrelid = 'base'::regclass and attname = 'a'
