create function cmp(a int, b bigint) returns int language sql immutable as 'select sign(b - a)::int';
