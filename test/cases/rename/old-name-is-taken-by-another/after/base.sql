create view base as select id, a as amount, b as a from t;
