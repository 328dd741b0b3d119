select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'holds'::regclass;
