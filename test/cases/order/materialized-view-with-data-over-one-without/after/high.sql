create materialized view high as select id from low;
