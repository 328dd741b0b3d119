select tgrelid::regclass::text as t, tgenabled::text, obj_description(oid, 'pg_trigger') from pg_trigger where tgname = 'tr' order by 1;
