create function f(x int) returns numeric language sql immutable as 'select -x';
