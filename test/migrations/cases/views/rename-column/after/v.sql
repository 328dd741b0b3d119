create view v as
select id, a as amount from t;
