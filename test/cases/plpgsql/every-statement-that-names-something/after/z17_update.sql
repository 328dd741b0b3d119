create view z17_update as select id from t;
