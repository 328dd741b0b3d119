select tgname, tgenabled, obj_description(oid, 'pg_trigger') from pg_trigger where tgname = 'tr';
select polname, obj_description(oid, 'pg_policy') from pg_policy;
select rulename, ev_enabled from pg_rewrite where rulename = 'r';
