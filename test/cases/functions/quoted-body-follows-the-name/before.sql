create table t (id int primary key, a int, gone text);
insert into t values (1, 10, 'x');
