create function f(x int4range) returns int4range language sql immutable as $$ select x $$;
