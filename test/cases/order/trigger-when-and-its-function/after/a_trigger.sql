create trigger a_trigger before insert on t for each row when (y_is_big(new.a)) execute function z_stamp();
