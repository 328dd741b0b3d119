select conname::text, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') from pg_constraint where conrelid in ('t'::regclass, 'child'::regclass) and contype in ('c', 'f', 'p', 'u') order by 1;
select polname::text, polpermissive, polcmd::text, polroles::regrole[]::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy') from pg_policy order by 1;
select tgname::text, pg_get_triggerdef(oid), tgenabled::text from pg_trigger where not tgisinternal order by 1;
