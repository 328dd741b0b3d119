create function f(x int) returns text[] language sql immutable as 'select array[x::text]';
