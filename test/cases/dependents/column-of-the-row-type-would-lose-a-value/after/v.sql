create view v as select id, a::numeric(10,2) as a from t;
