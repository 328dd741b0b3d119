create view v as select f(id, 2) as n from t;
