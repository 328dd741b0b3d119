create extension if not exists pg_trgm;
create table t (id int primary key, a int);
create view member as select id from t;
alter extension pg_trgm add view member;
