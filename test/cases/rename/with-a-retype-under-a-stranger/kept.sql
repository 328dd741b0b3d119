select relname::text, oid::int from pg_class where relname in ('reader', 'stranger') order by 1;
select * from stranger
