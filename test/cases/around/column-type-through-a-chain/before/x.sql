create view x as select id, b from t;
