create view v as select a::bigint as a, null::text as more, id from t;
