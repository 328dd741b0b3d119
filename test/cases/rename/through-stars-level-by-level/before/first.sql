create view first as select * from base;
