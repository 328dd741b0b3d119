create materialized view m as
select id, a from t with no data;
