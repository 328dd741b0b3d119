create function f(x bigint) returns int language sql immutable as 'select x::int';
