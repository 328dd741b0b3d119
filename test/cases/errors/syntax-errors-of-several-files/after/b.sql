create view b as select (1 as n;
