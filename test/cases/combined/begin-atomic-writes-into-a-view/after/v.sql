create view v as select a, b, id from t;
