create view a as select id from t;
