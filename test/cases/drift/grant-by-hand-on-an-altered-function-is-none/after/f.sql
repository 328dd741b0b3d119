create function f(a int) returns int language sql as $$ select 2 $$;
alter function f(int) cost 7 stable;
