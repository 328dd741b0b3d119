create view b as select b as txt from t;
