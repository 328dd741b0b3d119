create view w as selec id from t;
