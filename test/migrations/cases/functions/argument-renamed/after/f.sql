create function f(y int) returns int language sql immutable return y + 1;
