create function odd(n bigint) returns boolean language sql as $$ select n <> 0 and even(n - 1) $$;
