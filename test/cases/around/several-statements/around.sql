alter table t rename column b to bb;
alter table t alter column a type bigint, add column c int;
alter table t rename to tt;
