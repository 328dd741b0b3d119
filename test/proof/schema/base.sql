create schema app;
grant usage, create on schema app to alice, bob, carol, rita;
create table app.account (id int primary key, name text, amount numeric(10,2), note text);
insert into app.account select i, 'name ' || i, i * 1.5, repeat('x', i) from generate_series(1, 20) i;
create table app.log (id int generated always as identity primary key, what text);
create function app.store() returns trigger language plpgsql as $$
begin
  insert into app.log (what) values (tg_op || ' ' || tg_name || ' ' || array_to_string(tg_argv, ','));
  return new;
end $$;
create function app.add_up(integer, integer) returns integer language sql immutable as 'select $1 + $2';
create access method heap2 type table handler heap_tableam_handler;
create operator class app.int_ops for type integer using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(integer, integer);
