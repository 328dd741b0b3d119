create view v as select aa as a, b from t2;
