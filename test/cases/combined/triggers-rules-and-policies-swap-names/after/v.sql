create function f() returns trigger language plpgsql as $$ begin return old; end $$;
create trigger b before insert on t for each row execute function f('1');
create trigger a before update on t for each row execute function f('2');
create rule b as on insert to t do also nothing;
create rule a as on update to t do also nothing;
create policy b on t for select using (true);
create policy a on t for update using (false);
