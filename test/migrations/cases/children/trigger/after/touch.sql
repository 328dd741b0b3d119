create trigger touch before insert or update on t for each row when (new.a > 0) execute function touch();

comment on trigger touch on t is 'Touches more';
