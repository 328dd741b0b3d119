create view base as select id, parent from t;
