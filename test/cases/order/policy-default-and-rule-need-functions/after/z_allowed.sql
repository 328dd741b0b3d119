create function z_allowed(x int) returns boolean language sql stable as $$ select x > 0 $$;
