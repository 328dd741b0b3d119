select obj_description(oid) from pg_trigger where tgname = 'st';
select obj_description(oid) from pg_rewrite where rulename = 'r';
