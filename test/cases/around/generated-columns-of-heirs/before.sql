create table p(a int, b int generated always as (a * 2) stored);
create table c() inherits (p);
insert into c values (1);
create table pt(k int, a int, b int generated always as (a * 2) stored) partition by range (k);
create table pt1 partition of pt for values from (0) to (10);
create table pt2(k int, a int, b int generated always as (a * 5) stored);
alter table pt attach partition pt2 for values from (10) to (20);
insert into pt(k, a) values (1, 1), (11, 11);
