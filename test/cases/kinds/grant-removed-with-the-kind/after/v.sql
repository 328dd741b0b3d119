create materialized view v as select id from t;
grant select on v to carol;
