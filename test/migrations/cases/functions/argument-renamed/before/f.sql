create function f(x int) returns int language sql immutable return x + 1;
