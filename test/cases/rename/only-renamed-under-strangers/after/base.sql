create view base as select id, a as amount from t;
