-- a view
create view v as select 1 as id;
