create materialized view m as select id, a::bigint as a from t;
