create table t (id int primary key, a int, b text);
create table other (id int, b text, c int);
insert into t values (1, 10, 'x');
insert into other values (1, 'y', 5), (1, 'x', 6);
