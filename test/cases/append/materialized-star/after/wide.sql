create materialized view wide as select * from base;
create unique index wide_id on wide (id);
