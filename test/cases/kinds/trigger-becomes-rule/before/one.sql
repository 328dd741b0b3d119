create trigger one before delete on t for each row execute function go();
