create function f(y int) returns int language sql immutable as 'select y';
