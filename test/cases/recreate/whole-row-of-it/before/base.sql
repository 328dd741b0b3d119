create view base as select id, b, a from t;
