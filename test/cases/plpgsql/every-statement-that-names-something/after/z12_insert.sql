create view z12_insert as select id from t;
