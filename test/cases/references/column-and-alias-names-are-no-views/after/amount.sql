create view amount as select id, a as total from t as total;
