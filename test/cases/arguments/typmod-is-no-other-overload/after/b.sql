create function f(x decimal) returns int language sql as $$ select 2 $$;
