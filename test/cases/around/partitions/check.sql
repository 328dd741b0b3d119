select * from v, w;
