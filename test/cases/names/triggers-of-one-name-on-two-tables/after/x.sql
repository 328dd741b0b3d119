create trigger touch before insert or update on x for each row execute function stamp();
