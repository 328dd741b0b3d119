create view v as select id, a from t;
alter view v owner to bob;
create function f() returns int language sql as $$ select 1 $$;
alter function f() owner to bob;
