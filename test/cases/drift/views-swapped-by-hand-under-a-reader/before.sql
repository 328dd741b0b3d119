create table t (id int, x int); create view low as select id, x from t;
