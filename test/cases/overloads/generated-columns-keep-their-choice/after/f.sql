create function f(x numeric) returns numeric language sql immutable as 'select x';
create function f(y int) returns numeric language sql immutable as 'select -y';
