create view v as
select id, f(y => a) from t;
