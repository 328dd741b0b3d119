create function f() returns int language sql return 1;

revoke execute on function f() from public;
grant execute on function f() to alice;
