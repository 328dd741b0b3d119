create view v as select b from t;
