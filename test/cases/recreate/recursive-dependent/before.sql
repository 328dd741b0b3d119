create table t (id int primary key, parent int);
insert into t values (1, null), (2, 1);
