create view a.v as select 1 as x, 2 as z;
