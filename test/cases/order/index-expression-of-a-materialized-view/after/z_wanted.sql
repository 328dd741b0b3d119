create function z_wanted(x int) returns boolean language sql immutable as $$ select x > 0 $$;
