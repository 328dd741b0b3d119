create view public.v as select id, only_public from public.t;
