alter table t add x int;
