create function f(n text) returns int language sql as $$ select 1 $$;
