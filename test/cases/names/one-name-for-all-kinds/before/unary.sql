create function same(n int) returns boolean language sql as $$ select n > 0 $$;
