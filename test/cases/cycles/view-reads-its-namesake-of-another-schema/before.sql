create schema app; create table public.v (id int);
