alter table t alter column zz type bigint;
