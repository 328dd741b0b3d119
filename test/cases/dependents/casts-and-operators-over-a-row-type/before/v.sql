create view v as select id, a, b from t;
