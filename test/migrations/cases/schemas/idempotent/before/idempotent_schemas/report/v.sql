create view report.v as
select id, a from t;
