create schema app;
create schema "Odd Schema";
create table app.t (id int primary key, a int, gone text);
