select * from y;
select * from x;
