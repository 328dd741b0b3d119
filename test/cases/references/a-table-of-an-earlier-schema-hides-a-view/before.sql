create schema app; create table app.v (id int); create table public.t (id int);
