select oid::int, tgenabled, pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'base'::regclass;
select oid::int, ev_enabled, pg_get_ruledef(oid) from pg_rewrite where ev_class = 'base'::regclass and rulename = 'quiet';
select pg_get_expr(adbin, adrelid) from pg_attrdef
