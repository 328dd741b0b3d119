create view v as select id, amount as a from t;
