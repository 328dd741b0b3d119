create view base as select id, a, b, c, d from t;
