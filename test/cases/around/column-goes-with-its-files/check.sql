select * from w;
