create materialized view m as select id, b from t;
