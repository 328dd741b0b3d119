create trigger tr after update of a on t for each row when (new.a > 5) execute function f();
alter table t disable trigger tr;
comment on trigger tr on t is 'watches';
