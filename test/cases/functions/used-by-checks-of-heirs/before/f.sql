create function f(x int) returns boolean language sql immutable as $$ select x > 0 $$;
