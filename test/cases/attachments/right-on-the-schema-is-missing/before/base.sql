create view base as select id, a from t;
grant select on base to alice;
