create function f() returns int language sql as $$ select 1 $$;
grant execute on function f() to bob;
