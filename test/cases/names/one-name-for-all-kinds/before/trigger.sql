create trigger same before insert on x for each row execute function same();
