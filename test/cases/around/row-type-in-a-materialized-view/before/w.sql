create view w as select t as whole from t;
