-- v1 is below all the others.
create view app.v1 as select id, name, amount, note from app.account;
-- Two views in a chain over it, one of them with its columns expanded.
create view app.v2 with (security_barrier) as select id, name, amount from app.v1;
create view app.v3 as select * from app.v2;
-- Materialized views in a chain, the last one empty.
create materialized view app.m1 as select id, name, amount from app.v2;
create materialized view app.m2 as select id, amount, name || '!' as loud from app.m1;
create materialized view app.m3 as select id, loud from app.m2 with no data;
-- Functions: a plain one, one over a row type, one with every attribute, a procedure, aggregates.
create function app.rate(value integer) returns integer language sql immutable return value * 2;
create function app.rows_of() returns setof app.v2 language sql stable begin atomic select * from app.v2; end;
create function app.strict(a integer, b text default 'b', out c text) language plpgsql
  stable strict security definer parallel safe cost 7 set search_path to app, public set work_mem to '8MB'
  as $$ begin c := a || b; end $$;
create procedure app.keep(one app.v2) language plpgsql as $$ begin perform one.id; end $$;
create aggregate app.total(integer) (sfunc = app.add_up, stype = integer, initcond = '0', parallel = safe);
-- What uses them.
create view app.rated as select id, app.rate(id) as rate from app.v1;
create function app.watched() returns event_trigger language plpgsql as $$ begin end $$;
create trigger v1_insert instead of insert on app.v1 for each row execute function app.store('declared');
create rule v2_delete as on delete to app.v2 do instead delete from app.account where id = old.id;
create policy account_rate on app.account as permissive for select to public using (app.rate(id) > 0);
create constraint trigger account_checked after insert on app.account deferrable initially deferred
  for each row when (new.amount > 0) execute function app.store();
