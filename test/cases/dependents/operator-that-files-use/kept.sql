select * from v;
select * from m;
