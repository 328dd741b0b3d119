create view v as select nowhere from t;
