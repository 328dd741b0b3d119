select tgname::text, tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 'base'::regclass order by 1;
select rulename::text, ev_enabled, pg_get_ruledef(oid), obj_description(oid, 'pg_rewrite') from pg_rewrite where ev_class = 'base'::regclass and rulename <> '_RETURN' order by 1
