create view a as with x as (select id from z), z as (select id from x) select id from z;
