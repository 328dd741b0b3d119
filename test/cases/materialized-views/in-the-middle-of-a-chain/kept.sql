select relname::text, oid::int, relfilenode::int from pg_class where relname in ('middle', 'on_it', 'on_top') order by 1;
select * from on_it;
select * from on_top
