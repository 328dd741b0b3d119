create function public.f(a integer, b timestamp with time zone) returns int language sql as $$ select 2 $$;
