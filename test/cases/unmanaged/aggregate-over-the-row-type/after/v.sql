create view v as select id, a::text as a from t;
