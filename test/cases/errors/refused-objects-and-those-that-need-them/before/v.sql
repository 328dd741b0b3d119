create view base as select id, a from t;
