create table t (id int primary key, a int, b text);
create table other (id int, b text);
