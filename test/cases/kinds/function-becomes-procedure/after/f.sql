create procedure f(x int) language sql as 'select 1';
grant execute on procedure f(int) to bob;
comment on procedure f(int) is 'f';
