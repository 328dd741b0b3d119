select tgname::text, tgenabled, obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 't'::regclass order by 1;
select rulename::text, ev_enabled, obj_description(oid, 'pg_rewrite') from pg_rewrite where ev_class = 't'::regclass
