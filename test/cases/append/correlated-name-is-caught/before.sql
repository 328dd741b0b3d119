create table t (id int primary key, a int, b int);
create table outside (id int, b int);
insert into t values (1, 10, 1);
insert into outside values (1, 2);
