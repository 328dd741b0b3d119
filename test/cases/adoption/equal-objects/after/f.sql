create function f(n integer) returns integer immutable language sql as $$ select n $$;
