create materialized view filled as select id, a from t with no data;
create materialized view emptied as select id, a from t;
