create function f(x int, y int default 0) returns int language sql immutable as 'select x + y';
