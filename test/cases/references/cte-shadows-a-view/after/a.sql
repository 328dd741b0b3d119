create view a as with z as (select 1 as n) select n from z;
