select * from reader;
select attname, attacl::text from pg_attribute where attrelid = 'base'::regclass and attnum > 0 order by attnum;
