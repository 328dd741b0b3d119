create view m as select id, a from t;
