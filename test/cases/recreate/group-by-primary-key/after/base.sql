create view base as select id, a from t group by id;
