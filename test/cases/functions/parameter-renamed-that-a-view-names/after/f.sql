create function f(value int, y int default 2) returns int language sql immutable as 'select value + y';
