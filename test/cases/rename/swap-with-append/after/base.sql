create view base as select id, a as b, b as a, c from t;
