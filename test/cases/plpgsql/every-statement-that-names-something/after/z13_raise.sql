create view z13_raise as select id from t;
