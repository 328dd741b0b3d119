create function f(x int) returns int language sql immutable as 'select x';
revoke execute on function f(int) from public;
comment on function f(int) is 'the f';
