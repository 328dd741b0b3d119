create view a as select nowhere from t;
