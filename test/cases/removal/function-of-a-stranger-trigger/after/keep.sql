create view keep as select id from t;
