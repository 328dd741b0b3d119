create view z02_initial as select id from t;
