create view v as select id, a from t;
