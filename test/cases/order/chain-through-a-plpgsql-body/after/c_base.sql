create view c_base as select id from t;
