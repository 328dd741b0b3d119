select reloptions::text, obj_description(oid), (select string_agg(grantee::regrole || ' ' || privilege_type, ', ' order by grantee, privilege_type) from aclexplode(relacl) where grantee <> relowner) from pg_class where relname = 'v';
select indexrelid::regclass::text from pg_index where indrelid = 'm'::regclass order by 1;
