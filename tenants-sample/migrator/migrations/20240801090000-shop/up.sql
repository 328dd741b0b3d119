create schema app;
create table app.country (code text primary key, vat numeric not null);
insert into app.country values ('de', 0.19), ('us', 0);
