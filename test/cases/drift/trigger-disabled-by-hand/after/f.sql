create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert or update on t for each row execute function f();
