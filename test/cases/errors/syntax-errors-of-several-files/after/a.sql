create view a as select 1 as n
create view b as select 2 as n;
