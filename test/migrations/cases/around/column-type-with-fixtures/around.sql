alter table t alter column a type numeric(12, 2);
