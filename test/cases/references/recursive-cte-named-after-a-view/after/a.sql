create view a as with recursive z as (select 1 as n union all select n + 1 from z where n < 3) select n from z;
