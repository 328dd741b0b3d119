alter table t add c int;
