create view b as select :x as n;
