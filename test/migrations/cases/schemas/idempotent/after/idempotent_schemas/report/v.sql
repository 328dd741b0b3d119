create view report.v as
select a, id from t;
