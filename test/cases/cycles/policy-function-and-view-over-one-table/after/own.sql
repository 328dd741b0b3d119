create view own as select id from t;
