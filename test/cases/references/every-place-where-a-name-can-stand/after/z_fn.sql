create function z_fn(n int) returns int language sql immutable as $$ select n $$;
