create view base as select t.*, a * 2 as twice from t;
