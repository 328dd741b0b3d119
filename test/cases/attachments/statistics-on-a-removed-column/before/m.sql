create materialized view m as select id, a, b from t;
