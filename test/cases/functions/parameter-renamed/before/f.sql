create function f(x int, y int default 2) returns int language sql immutable as 'select x + y';
