select oid::int, relfilenode::int from pg_class where relname = 'narrow';
select * from on_wide
