create function f(s int, n int) returns int language sql immutable as $$ select s + n $$;
