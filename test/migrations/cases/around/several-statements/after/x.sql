create view x as
select key from extra;
