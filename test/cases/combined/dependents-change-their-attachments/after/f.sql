create function f(v) returns int language sql as $$ select 1 $$;
comment on function f(v) is 'two'; grant execute on function f(v) to bob;
revoke execute on function f(v) from public;
