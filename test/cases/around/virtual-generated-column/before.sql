create table t(a int, b int generated always as (a * 2) virtual);
insert into t values (1);
