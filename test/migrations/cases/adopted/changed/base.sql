create view v as
select 1 as a;
grant select on v to alice;
create function f() returns int language sql as 'select 1';
