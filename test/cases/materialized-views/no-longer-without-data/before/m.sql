create materialized view m as select id, a from t with no data;
create materialized view n as select id, a from t with no data;
