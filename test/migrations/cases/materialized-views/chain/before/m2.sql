create materialized view m2 as
select sum(a) as total from m1;
