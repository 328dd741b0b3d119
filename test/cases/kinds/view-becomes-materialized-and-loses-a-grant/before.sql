create table t (id int, a int)
