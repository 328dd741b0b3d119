create view base as select b, a, id from t;
