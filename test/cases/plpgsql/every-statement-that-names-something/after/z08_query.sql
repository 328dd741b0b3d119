create view z08_query as select id from t;
