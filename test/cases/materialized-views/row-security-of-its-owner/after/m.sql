create materialized view m as select id, a from t;
alter materialized view m owner to alice;
