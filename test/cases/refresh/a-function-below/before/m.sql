create materialized view m as select f(a) as b from t;
