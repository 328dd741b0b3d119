create view b as select * from c;
