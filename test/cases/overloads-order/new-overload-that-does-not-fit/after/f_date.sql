create function f(date) returns int language sql as $$ select 2 $$;
