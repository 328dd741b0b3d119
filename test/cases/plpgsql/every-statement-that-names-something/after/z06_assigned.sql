create function z06_assigned(n int) returns int language sql as $$ select n $$;
