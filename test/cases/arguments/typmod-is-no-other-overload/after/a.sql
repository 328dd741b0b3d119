create function f(x numeric(10, 2)) returns int language sql as $$ select 1 $$;
