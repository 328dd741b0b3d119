create table t (id int primary key, a numeric(10,4));
