create function tr() returns trigger language plpgsql as $$ begin return new; end $$;
create constraint trigger late after insert on p for each row when (new.a > 1) execute function tr();
create trigger early before insert on p for each row when (new.a > 1) execute function tr();
