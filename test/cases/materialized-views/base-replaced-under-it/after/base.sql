create view base as select id, a from t where a > 0;
