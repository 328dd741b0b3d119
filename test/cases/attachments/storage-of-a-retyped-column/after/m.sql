create materialized view m as select id, a, length(b) as b from t;
