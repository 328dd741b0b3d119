alter view v owner to carol; grant select on v to bob; alter function f() owner to carol; revoke execute on function f() from public;
