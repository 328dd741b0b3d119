create schema store;
create table t (id int primary key, a int, b text, gone text);
insert into t values (1, 10, 'x', 'y'), (2, 20, 'z', 'y');
