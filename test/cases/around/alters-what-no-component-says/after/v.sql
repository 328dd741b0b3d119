create view v as select id from t;
create function tr() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on t for each row execute function tr();
