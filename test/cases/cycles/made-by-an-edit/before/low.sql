create view low as select id, a from t;
