create table t (id int primary key, a int, b int);
create table outside (id int, b int);
