create view by_name as select id, a from base;
create view by_star as select * from base;
create view on_star as select id from by_star;
