create view v as select id, nowhere from t;
