create view v as select id, a from t;
grant select on v to bob;
alter view v owner to alice;
create function f() returns int language sql as $$ select 1 $$;
alter function f() owner to alice;
grant execute on function f() to bob;
