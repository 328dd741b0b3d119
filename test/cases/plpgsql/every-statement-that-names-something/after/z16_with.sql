create view z16_with as select id from t;
