create function f(y numeric) returns numeric language sql immutable as 'select y';
create function f(x int) returns numeric language sql immutable as 'select -x';
