create function f(x int) returns int language sql as 'select x';
create function tr() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on t for each row execute function tr();
create policy own on t using (id > 0);
