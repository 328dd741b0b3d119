create view x as select b from t;
