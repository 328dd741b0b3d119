alter table t alter column a type bigint;
drop view v;
