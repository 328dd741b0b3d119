select * from s2;
