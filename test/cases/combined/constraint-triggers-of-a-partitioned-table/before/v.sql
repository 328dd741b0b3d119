create view v as select t.*, t.tableoid from only t union all select *, 0 from part;
create rule r as on insert to v do instead insert into part values (new.id, new.a);
create function g() returns trigger language plpgsql as $$ begin return null; end $$;
create constraint trigger ct after insert on part deferrable initially deferred for each row when (new.a > 1) execute function g();
create trigger st after truncate on part for each statement execute function g();
