select relname, reloptions::text, relacl::text, obj_description(oid, 'pg_class') as comment from pg_class where relname in ('stranger', 'reader', 'v') order by 1;
select attrelid::regclass::text as view, attname, attacl::text, col_description(attrelid, attnum) as comment from pg_attribute where attrelid in ('stranger'::regclass, 'reader'::regclass, 'v'::regclass) and attnum > 0 order by 1, 2;
select adrelid::regclass::text as view, pg_get_expr(adbin, adrelid) as value from pg_attrdef where adrelid in ('stranger'::regclass, 'reader'::regclass, 'v'::regclass) order by 1, 2;
select tgrelid::regclass::text as relation, tgname, tgenabled from pg_trigger order by 1, 2;
select pg_get_functiondef('total()'::regprocedure) as sql, proacl::text, obj_description('total()'::regprocedure, 'pg_proc') as comment from pg_proc where proname = 'total';
