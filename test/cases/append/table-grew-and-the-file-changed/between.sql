alter table t add column b text;
