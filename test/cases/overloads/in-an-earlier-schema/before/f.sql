create function public.f(x int) returns text language sql immutable as $$ select 'public' $$;
create view public.v as select 'public' as v;
