create function f(x int) returns int language plpgsql immutable as 'begin return x; end';
grant execute on function f(int) to bob;
