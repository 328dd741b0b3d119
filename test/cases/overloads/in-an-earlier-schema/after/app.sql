create function app.f(x int) returns text language sql immutable as $$ select 'app' $$;
create view app.v as select 'app' as v;
