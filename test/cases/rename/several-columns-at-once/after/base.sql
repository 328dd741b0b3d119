create view base as select id as key, a as amount, b as label, c from t;
