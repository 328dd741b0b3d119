create function one(x int) returns bigint language sql immutable as 'select x::bigint';
create function two(x int) returns bigint language sql immutable begin atomic select one(x); end;
create function three(x int) returns int language sql immutable begin atomic select two(x)::int; end;
