create materialized view m as select * from base;
