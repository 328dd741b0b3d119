create function f(z int, y int) returns int language sql as $$ select z + y $$;
