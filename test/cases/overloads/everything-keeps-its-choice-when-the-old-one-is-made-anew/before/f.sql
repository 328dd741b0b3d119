create function f(x numeric) returns numeric language sql immutable as 'select x';
