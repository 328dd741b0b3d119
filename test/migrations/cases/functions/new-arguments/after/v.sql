create view v as
select id, f(a, 2) as f from t;
