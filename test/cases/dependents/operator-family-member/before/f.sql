create function cmp(x int, y bigint) returns int language sql immutable as 'select sign(y - x)::int';
