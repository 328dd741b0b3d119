create table t (id int primary key, a int);
alter default privileges grant select on tables to bob;
