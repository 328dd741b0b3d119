create view base as select id, a from t where a in (1, 2);
