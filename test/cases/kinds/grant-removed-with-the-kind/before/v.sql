create view v as select id from t;
grant select on v to alice;
