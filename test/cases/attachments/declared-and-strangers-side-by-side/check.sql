select a::text from pg_class, unnest(relacl) a where relname = 'base' and a::text !~ '^postgres=' order by 1;
select obj_description('base'::regclass), col_description('base'::regclass, 2)
