create trigger one after update on t for each row execute function go();
comment on trigger one on t is 'one';
alter table t disable trigger one;
