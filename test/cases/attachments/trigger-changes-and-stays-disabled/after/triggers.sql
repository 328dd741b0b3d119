create trigger one before update on t for each row execute function go('changed');
create constraint trigger two after update on t for each row execute function go('changed');
create rule three as on delete to t where old.id = 3 do also select 3;
