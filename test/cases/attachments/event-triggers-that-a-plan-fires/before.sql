create table t (id int primary key, a int);
create table heard (what text);
create function hear() returns event_trigger language plpgsql as $$ begin insert into public.heard values (tg_event || ' ' || tg_tag); end $$;
create function hear_drops() returns event_trigger language plpgsql as $$ declare o record; begin
  for o in select * from pg_event_trigger_dropped_objects() where original loop insert into public.heard values ('drops ' || o.object_type); end loop; end $$;
