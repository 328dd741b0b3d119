create schema app; create schema api;
create table app.t(id int primary key, a int);
