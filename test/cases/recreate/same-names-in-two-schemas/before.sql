create schema app;
create table app.t (id int primary key, a int, gone text);
create view public.base as select 1 as id, 2 as a;
