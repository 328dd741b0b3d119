create trigger touch before insert on y for each row execute function stamp();
