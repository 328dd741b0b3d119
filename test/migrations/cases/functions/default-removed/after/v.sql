create view v as
select id, f(a, 1) from t;
