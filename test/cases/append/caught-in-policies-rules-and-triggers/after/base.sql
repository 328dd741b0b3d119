create view base as select id, a, b from t;
