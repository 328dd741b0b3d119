create view v as select id from t;
alter view v owner to carol;
