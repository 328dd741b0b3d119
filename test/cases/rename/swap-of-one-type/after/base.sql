create view base as select id, a as b, b as a from t;
