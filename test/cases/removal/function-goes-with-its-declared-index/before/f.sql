create function f(int) returns int language sql immutable as $$ select $1 $$;
