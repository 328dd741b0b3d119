create materialized view n as
select a from t
-- the end
with no data;
