create function f(x bigint, y varchar) returns bigint language sql as $$ select x + 1 $$;
