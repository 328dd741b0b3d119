create function f(int) returns int language sql as $$ select 1 $$;
revoke execute on function f(int) from public;
