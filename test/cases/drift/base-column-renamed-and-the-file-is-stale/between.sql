alter table t rename a to amount;
