create view v as select id, a from t;
alter view v alter id set default 1;
