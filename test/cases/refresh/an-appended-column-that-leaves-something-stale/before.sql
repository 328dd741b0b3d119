create table t (id int primary key, a int, b text);
insert into t values (1, 10, 'x'), (2, 20, 'y'), (3, 20, 'z');
