select relname, obj_description(oid), relacl::text from pg_class where relname in ('m', 'w', 'n', 'm_id', 'by_hand') order by 1;
select attname, attacl::text from pg_attribute where attrelid = 'm'::regclass and attacl is not null;
