create table t (id int primary key, a int, b text, c date, d numeric);
insert into t values (1, 10, 'x', '2020-02-03', 1.5);
