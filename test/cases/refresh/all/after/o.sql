create materialized view o as select count(*) as c from t;
