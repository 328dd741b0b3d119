create function f(x numeric) returns numeric language sql immutable as 'select x';
create function f(x int) returns numeric language sql immutable as 'select -x';
