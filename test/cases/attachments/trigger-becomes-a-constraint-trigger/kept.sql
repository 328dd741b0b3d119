select tgenabled, obj_description(oid, 'pg_trigger') from pg_trigger where tgrelid = 't'::regclass
