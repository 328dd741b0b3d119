create view z_view as select id from t;
