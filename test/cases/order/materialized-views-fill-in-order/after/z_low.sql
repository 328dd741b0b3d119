create materialized view z_low as select id from t;
