create materialized view n as select sum(a) as total from m;
