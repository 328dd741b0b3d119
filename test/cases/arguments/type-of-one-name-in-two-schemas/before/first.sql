create function app.f(c code) returns int language sql as $$ select 1 $$;
