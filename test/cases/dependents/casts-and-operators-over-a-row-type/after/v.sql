create view v as select id, a::bigint as a, b from t;
