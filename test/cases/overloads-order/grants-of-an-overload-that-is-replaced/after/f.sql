create function f(bigint) returns int language sql as $$ select 1 $$;
revoke execute on function f(bigint) from public;
