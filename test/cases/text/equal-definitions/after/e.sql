create view between_ as select id from t where a between 1 and 5;
