create view z15_foreach as select id from t;
