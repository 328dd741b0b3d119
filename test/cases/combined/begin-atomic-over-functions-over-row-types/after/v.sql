create view v as select id, a::numeric as a from t;
