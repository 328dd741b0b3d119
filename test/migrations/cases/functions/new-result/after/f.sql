create function f(x int) returns bigint language sql immutable return x + 1;

grant execute on function f(int) to alice;
