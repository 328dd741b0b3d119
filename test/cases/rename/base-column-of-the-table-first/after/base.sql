create view base as select id, amount as a from t;
