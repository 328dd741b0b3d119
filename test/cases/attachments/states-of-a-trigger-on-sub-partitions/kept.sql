select tgrelid::regclass::text as t, tgname, tgenabled::text, obj_description(oid, 'pg_trigger') from pg_trigger where not tgisinternal order by 1, 2;
