create function g(n int) returns boolean language sql stable as $$ select n > 0 $$;
