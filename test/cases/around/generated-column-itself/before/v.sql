create view v as select b, c from t;
