create view v as
select id, f(x => a) from t;
