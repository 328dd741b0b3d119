create schema app; create table app.t (id int); create table public.t (id int, only_public int);
