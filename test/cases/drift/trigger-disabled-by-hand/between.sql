alter table t disable trigger tr;
