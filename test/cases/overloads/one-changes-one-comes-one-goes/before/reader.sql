create view reader as select f(a) as a, f(b) as b from t;
