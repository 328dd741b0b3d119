create materialized view c as select id from b;
create index c_id on c (id);
