create view v as
select id, a::numeric(12, 2) as a from t;
