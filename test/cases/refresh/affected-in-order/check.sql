select * from n;
