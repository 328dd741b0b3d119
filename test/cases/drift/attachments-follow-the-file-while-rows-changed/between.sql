create or replace view v as select t.id, t.a from public.t;
