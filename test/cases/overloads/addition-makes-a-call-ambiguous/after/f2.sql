create function f(x int, y int default 0) returns text language sql immutable as $$ select 'two' $$;
