create materialized view m as select id, a from t;
create materialized view n as select id, a from t where a > 1;
