create table t (id int primary key, a int);
insert into t select n, n * 10 from generate_series(1, 3) n;
