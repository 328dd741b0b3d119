create trigger one before update on t for each row execute function go('one');
create constraint trigger two after update on t for each row execute function go('two');
create rule three as on delete to t where old.id = 1 do also select 1;
