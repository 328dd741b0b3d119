create materialized view m as select id, gone, a from t;
alter materialized view m owner to alice;
