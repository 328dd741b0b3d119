create view v as select id, array[a] as a from t;
