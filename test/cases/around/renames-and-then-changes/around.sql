alter table t rename to t2;
alter table t2 rename column a to aa;
alter table t2 alter column aa type bigint;
create table u(x int);
alter table u add column y int;
