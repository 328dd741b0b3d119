create view s as select a from t;
