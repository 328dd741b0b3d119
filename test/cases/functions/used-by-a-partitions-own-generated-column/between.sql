create table pt(a int, b int generated always as (a * 2) stored) partition by range (a);
create table pt1(a int, b int generated always as (f(a)) stored);
insert into pt1 values (1);
alter table pt attach partition pt1 for values from (0) to (10);
