create view by_name as select id, a from f(1);
create view by_star as select * from f(1);
create view on_star as select a from by_star;
create view passes as select a from g();
create view casts as select a::int as a from g();
