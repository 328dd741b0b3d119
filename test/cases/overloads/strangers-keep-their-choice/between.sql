create view stranger as select f(a) as f from t;
