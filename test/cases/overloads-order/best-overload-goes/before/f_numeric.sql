create function f(numeric) returns int language sql as $$ select 1 $$;
