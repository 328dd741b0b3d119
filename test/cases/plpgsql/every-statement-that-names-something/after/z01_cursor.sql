create view z01_cursor as select id from t;
