create view v as select t.id::bigint as id, t.a, t.tableoid from only t union all select *, 0 from part;
create rule r as on insert to v do instead insert into part values (new.id, new.a);
create function g() returns trigger language plpgsql as $$ begin return old; end $$;
create constraint trigger ct after insert or update of a on part deferrable initially immediate for each row when (new.a > 2) execute function g();
create trigger st after truncate on part for each statement execute function g('1');
