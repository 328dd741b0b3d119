create view base as select id, a::positive as a from t;
