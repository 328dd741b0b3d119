create table t (id int primary key, a int, b text);
insert into t values (1, 10, 'one'), (2, 20, 'two');
create view v as
select id, a from t;
grant select on v to alice;
create function f() returns int language sql as 'select 1';
