create function f(x bigint) returns int language sql immutable as 'select x::int';
revoke execute on function f(bigint) from public;
comment on function f(bigint) is 'the f';
