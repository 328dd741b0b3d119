select a::text from pg_class, unnest(relacl) a where relname = 'base' order by 1;
select attname::text, a::text from pg_attribute, unnest(attacl) a where attrelid = 'base'::regclass order by 1, 2
