create view v as select id, a::numeric(10,5) as a from t;
