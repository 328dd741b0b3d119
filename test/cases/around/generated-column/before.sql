create table t (id int primary key, a int, b int);
insert into t values (1, 10, 100);
alter table t add column g int generated always as (a * 2) stored;
