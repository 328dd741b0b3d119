alter table t add column c int default 3;
