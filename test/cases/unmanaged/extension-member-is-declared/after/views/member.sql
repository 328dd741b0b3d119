create view member as select id, a from t;
