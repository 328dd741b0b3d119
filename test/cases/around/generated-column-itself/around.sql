alter table t alter column b type bigint; alter table t drop column c;
