create view z_view as select id from t where a > 0;
