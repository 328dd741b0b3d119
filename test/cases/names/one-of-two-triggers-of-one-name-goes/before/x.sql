create trigger touch before insert on x for each row execute function stamp();
