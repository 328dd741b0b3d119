create view e as select * from a;
