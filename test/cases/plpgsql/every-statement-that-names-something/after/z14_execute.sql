create view z14_execute as select id from t;
