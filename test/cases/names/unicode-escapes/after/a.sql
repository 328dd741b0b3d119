create view "dato" as select id from t;
