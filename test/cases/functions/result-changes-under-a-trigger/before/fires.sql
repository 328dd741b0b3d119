create trigger fires before insert on t for each row execute function go();
