create view named (id, a) as select public.t.id, t.a as something from public.t;
