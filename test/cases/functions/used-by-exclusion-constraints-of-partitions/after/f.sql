create function f(y int4range) returns int4range language sql immutable as $$ select y $$;
