select tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 'log'::regclass;
select ev_enabled, pg_get_ruledef(oid), obj_description(oid, 'pg_rewrite') from pg_rewrite where ev_class = 'log'::regclass
