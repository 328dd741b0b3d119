create function f(x int, y int default 3) returns int language sql immutable as 'select x + y';
