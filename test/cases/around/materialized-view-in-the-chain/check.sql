select * from w;
select * from n;
