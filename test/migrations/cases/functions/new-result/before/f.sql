create function f(x int) returns int language sql immutable return x + 1;

grant execute on function f(int) to alice;
