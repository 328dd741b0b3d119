select tgname::text, tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 'base'::regclass order by 1
