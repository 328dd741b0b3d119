create function f(y int) returns boolean language sql immutable as $$ select y > 0 $$;
