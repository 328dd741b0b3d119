create view base as select id, a as amount, b from t;
