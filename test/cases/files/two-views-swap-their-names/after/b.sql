create view a as select b as txt from t;
