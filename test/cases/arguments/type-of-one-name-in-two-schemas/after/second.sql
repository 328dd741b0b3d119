create function app.f(c public.code) returns int language sql as $$ select 3 $$;
