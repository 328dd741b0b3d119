create materialized view m as select id, a as amount from t;
