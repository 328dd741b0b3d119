create view base as select id, a as b, b as c from t;
