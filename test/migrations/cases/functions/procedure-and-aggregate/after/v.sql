create view v as
select total(a) from t;
