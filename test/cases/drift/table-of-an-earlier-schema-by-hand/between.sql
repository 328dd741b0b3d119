create table a.t (id int, x int);
create materialized view a.u as select 1 as id, 2 as x;
