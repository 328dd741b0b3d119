select * from base;
select * from reader
