create view reader as select total(a) as total from t;
