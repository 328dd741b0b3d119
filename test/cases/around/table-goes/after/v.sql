create view v as select t.id, t.a as c from t;
