create view v as select long_one(id) as n from t;
