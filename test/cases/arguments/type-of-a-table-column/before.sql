create table t (id bigint, name varchar(10));
