create function f() returns int language sql return 1;

grant execute on function f() to bob;
alter function f() owner to carol;
comment on function f() is 'One';
