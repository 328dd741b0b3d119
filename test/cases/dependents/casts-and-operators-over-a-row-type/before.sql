create table t (id int primary key, a int, b text);
insert into t values (1, 2, 'x'), (2, 3, 'y');
