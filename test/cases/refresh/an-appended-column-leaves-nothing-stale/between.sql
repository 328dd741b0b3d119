create materialized view strangers as select id from v;
