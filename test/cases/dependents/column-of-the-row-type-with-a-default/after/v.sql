create view v as select a, id, null::text as more from t;
