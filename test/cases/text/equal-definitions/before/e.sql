create view between_ as select id from t where a >= 1 and a <= 5;
