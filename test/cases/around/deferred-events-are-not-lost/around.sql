insert into t values (2, 20, 200);
alter table t alter column a type bigint;
