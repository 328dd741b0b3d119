create materialized view n as select id from m;
