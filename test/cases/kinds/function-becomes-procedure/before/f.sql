create function f(x int) returns void language sql as 'select 1';
grant execute on function f(int) to bob;
comment on function f(int) is 'f';
