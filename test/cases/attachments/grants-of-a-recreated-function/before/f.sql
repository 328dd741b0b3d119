create function f(x int) returns int language sql stable strict parallel safe leakproof cost 7 set search_path = public set work_mem = '8MB' security definer as 'select x';
revoke execute on function f(int) from public;
grant execute on function f(int) to bob with grant option;
comment on function f(int) is 'the f';
alter function f(int) owner to alice;
