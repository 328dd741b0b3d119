select oid::int from pg_class where relname = 'totals';
select * from reports.totals
