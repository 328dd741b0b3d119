create view c as select * from d;
