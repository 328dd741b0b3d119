create view "V" as select id from t;
