create table t (id int primary key, a int, b int);
insert into t values (1, 10, 100), (2, 1, 200);
