create view v as
select a, id from t -- the end