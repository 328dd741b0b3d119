create view v as select id, a from t;
alter view v owner to alice;
