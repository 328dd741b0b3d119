create view base as select id, a from t;
alter view base owner to alice;
grant select on base to bob;
