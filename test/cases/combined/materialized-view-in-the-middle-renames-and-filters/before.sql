create table t(id int primary key, a int, b int);
insert into t select i, i, i from generate_series(1,10) i;
