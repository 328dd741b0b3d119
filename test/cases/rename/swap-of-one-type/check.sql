select * from base;
select * from second
