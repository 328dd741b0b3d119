create table t (id int primary key, a int, b text, c numeric);
insert into t values (1, 10, 'x', 1.5);
