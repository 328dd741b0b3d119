create materialized view m as select id, gone, a from t;
