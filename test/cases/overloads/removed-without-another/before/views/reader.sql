create view reader as
select f(a) as f from t;
