create view v as select id, g from t;
