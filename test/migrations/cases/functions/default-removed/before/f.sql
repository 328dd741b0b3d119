create function f(x int, y int default 1) returns int language sql immutable return x + y;
