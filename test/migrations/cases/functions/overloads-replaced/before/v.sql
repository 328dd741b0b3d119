create view v as
select f(id) as i, f(b) as t from t;
