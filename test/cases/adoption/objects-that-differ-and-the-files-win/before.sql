create table t (id int primary key, a int, b text); create view v as select id from t; create view on_v as select id from v; create function f(n int) returns int language sql as $$ select n $$;
