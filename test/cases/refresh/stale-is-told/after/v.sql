create view v as select id, a * 2 as a from t;
