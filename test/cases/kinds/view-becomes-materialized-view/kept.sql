select relacl::text, obj_description(oid), col_description(oid, 2) from pg_class where relname = 'base';
select oid::int, xmin::text from pg_class where relname = 'on_reader'
