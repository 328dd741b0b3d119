create view base as select id, b from t;
