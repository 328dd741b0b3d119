create view star as select * from base;
