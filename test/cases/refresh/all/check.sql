select * from n;
select * from o;
