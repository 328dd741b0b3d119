create function f(x int) returns text language sql immutable as $$ select 'integer' $$;
create function f(x text) returns text language sql immutable as $$ select 'text' $$;
