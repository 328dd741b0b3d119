revoke execute on function f(int) from public;
grant execute on function f(int) to bob with grant option;
set role bob; grant execute on function f(int) to carol; reset role;
comment on function f(int) is 'the f';
alter function f(int) owner to alice;
