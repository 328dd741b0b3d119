create table x (id int);
  create view v as select id from t;
/* 🐘 */ drop view w; begin;
set search_path = app;
