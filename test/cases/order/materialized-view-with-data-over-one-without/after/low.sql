create materialized view low as select id from t with no data;
