alter table t drop column b;
