create view v as
select id, amount from t;
