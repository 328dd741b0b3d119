create table t (id int primary key, a int);
create role boss;
grant usage on schema public to boss;
