alter table t drop column a;
