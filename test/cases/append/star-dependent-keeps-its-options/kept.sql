select relname::text, reloptions::text, relacl::text, obj_description(oid, 'pg_class') from pg_class where relname in ('base', 'wide') order by 1
