create function tr2() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on p for each row execute function tr2();
