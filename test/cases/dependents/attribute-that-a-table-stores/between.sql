create type comp as (x int, b v);
create table holds (id int primary key, c comp);
