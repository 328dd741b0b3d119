create function g(x int) returns int language sql begin atomic select f(v) + g0(x) from v where v.id = x; end;
create function g0(x int) returns int language sql begin atomic select x; end;
