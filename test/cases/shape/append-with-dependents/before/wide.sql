create view wide as select * from base;
