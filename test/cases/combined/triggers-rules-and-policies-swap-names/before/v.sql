create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create function g() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before insert on t for each row execute function f('1');
create trigger b before update on t for each row execute function g('2');
create rule a as on insert to t do also nothing;
create rule b as on update to t do also nothing;
create policy a on t for select using (true);
create policy b on t for update using (false);
