create function f(bigint) returns int language sql as $$ select 1 $$;
