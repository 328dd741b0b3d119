create function z_set(n int) returns setof int language sql as $$ select n $$;
