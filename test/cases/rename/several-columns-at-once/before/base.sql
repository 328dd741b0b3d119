create view base as select id, a, b, c from t;
