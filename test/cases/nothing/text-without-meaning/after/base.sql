-- the base
create or replace view public.base as
  select /* the key */ t.id, t.a as a
  from public.t
  where (a = any (array[1, 2]));
