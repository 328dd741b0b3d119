create function y_is_big(n int) returns boolean language sql immutable as $$ select n > 100 $$;
