create view v as
select id, f(b) as f from t;
