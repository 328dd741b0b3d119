alter table t rename a to old_a; alter table t add a int;
