select attname::text, attacl::text, col_description(attrelid, attnum), pg_get_expr(adbin, adrelid)
from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
where attrelid = 'base'::regclass and attname = 'a'
