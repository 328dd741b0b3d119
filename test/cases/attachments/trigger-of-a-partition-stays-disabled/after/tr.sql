create trigger tr before insert on p for each row when (new.a > 1) execute function tr();
