comment on view v is 'by the way';
alter table t disable trigger tr;
insert into t values (1, 2);
alter table t enable trigger tr;
alter table t alter column a type bigint;
drop view stranger;
drop view other;
