create view base as select id, a, gone from t;
