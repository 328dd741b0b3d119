create view reader as select * from top;
