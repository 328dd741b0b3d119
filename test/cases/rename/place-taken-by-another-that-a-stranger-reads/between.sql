create view stranger as select id, a from base;
create view bystander as select id from base;
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger on_base instead of update on base for each row execute function f();
create rule "r" as on delete to base do instead delete from t where id = old.id and a = old.a;
create policy p on t using (exists (select from base where a = 1));
