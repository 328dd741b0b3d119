create function one(x int) returns int language sql immutable as 'select x';
create function two(x int) returns int language sql immutable begin atomic select one(x); end;
create function three(x int) returns int language sql immutable begin atomic select two(x); end;
