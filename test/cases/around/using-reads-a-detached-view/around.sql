alter table t alter column a type bigint using (select_v());
