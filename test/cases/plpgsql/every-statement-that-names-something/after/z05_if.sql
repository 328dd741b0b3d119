create view z05_if as select id from t;
