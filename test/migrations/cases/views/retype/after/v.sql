create view v as
select id, a::numeric from t;
