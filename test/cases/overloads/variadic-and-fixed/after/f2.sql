create function f(x int, y int) returns text language sql immutable as $$ select 'fixed' $$;
