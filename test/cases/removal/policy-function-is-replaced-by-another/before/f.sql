create function f(n int) returns boolean language sql stable as $$ select n > 0 $$;
