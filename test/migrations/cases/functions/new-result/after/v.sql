create view v as
select id, f(a) from t;
