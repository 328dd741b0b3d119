create view base as select id, a as amount from t where b > 0;
