create view by_name as select c, d from base;
create view casts as select id::int as id from base;
create view on_casts as select id from casts;
