create view z03_loop as select id from t;
