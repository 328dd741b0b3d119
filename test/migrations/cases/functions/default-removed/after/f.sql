create function f(x int, y int) returns int language sql immutable return x + y;
