create table t (id int primary key, a int, b text); create view v as select id from t; create function f(n int) returns int language sql as $$ select n $$; create view same as select id from t;
