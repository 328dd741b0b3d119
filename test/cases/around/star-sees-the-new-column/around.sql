alter table t add column c int;
