create view z_base as select id from t;
