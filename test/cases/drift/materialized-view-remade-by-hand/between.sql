drop materialized view m; create materialized view m as select id from t where id > 0;
