create view a as select id, a from t;
