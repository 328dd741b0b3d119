create view w as
select total from m2;
