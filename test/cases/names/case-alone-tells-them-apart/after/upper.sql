create view "V" as select id, a from t;
