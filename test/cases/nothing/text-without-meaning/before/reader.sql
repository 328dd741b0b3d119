create view reader as select * from base;
