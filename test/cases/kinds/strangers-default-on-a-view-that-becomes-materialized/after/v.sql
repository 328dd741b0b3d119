create materialized view v as select id, a from t;
