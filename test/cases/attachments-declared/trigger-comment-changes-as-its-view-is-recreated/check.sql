select tgname, obj_description(oid, 'pg_trigger') as comment from pg_trigger where tgrelid = 'v'::regclass;
select rulename, obj_description(oid, 'pg_rewrite') as comment from pg_rewrite where ev_class = 'v'::regclass and rulename = 'r'
