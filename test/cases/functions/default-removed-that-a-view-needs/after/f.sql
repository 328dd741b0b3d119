create function f(x int, y int) returns int language sql immutable as 'select x + y';
