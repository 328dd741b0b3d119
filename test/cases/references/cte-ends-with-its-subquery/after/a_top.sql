create view a_top as select s.n, z.id from (with z as (select 1 as n) select n from z) s, z;
