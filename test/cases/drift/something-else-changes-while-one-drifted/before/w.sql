create view w as select id from t;
