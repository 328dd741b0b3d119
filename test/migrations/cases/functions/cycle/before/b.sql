create function odd(n int) returns boolean language sql as $$ select n <> 0 and even(n - 1) $$;
