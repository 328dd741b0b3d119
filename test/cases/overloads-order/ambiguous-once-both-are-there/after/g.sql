create function f(a int, c text default null) returns int language sql as $$ select 1 $$;
