create function app.f(c app.code) returns int language sql as $$ select 1 $$;
