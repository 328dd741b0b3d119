select relacl::text, reloptions::text, relowner, obj_description(oid) from pg_class where relname = 'v';
