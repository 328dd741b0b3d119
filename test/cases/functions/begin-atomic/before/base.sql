create view base as select id, gone, a from t;
