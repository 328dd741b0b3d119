create extension if not exists pg_trgm; create table t (id int primary key, a int);
