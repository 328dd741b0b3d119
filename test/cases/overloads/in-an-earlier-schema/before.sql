create schema app;
create table app.t (id int);
alter table app.t enable row level security;
