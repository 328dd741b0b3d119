create function f(x int) returns bigint language sql immutable as 'select x::bigint';
