create view w as select g(id) as g from t;
