\set x 1
create view a as select 1 as n;
