select * from m;
 select * from n;
