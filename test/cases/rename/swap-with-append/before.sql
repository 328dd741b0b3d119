create table t (id int primary key, a int, b int, c int);
insert into t values (1, 10, 20, 30);
