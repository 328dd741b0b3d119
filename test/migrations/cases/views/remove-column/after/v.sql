create view v as
select id, b from t;
