create view z18_where as select id from t;
