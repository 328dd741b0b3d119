create view extra.x as
select 1 as one;
