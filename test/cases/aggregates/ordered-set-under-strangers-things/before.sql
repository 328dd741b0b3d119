create table t (id int primary key, a int, p float8);
insert into t values (1, 10, 0.5), (2, 20, 0.5);
