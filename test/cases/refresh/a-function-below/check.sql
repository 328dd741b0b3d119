select * from m order by b;
