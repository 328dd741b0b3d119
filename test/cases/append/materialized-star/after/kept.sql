create materialized view narrow as select id, a from base;
