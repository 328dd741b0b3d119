create materialized view m2 as select v.x, count(*) from v group by 1;
