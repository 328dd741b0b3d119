create view named as select id, a from t;
