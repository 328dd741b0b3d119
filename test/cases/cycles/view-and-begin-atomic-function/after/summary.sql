create view summary as select total() as n from t;
