create trigger tr before insert on p for each row execute function tr();
