create function f(x int) returns int language sql immutable as 'select x';
grant execute on function f(int) to bob;
