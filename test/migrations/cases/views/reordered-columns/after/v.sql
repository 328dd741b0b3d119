create view v as
select b, a, id from t;
