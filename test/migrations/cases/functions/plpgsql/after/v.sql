create view v as
select id, b, a from t;
