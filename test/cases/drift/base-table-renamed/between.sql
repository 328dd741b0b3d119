alter table t rename to t2;
