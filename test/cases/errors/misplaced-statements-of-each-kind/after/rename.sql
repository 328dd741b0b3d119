alter view v rename to w;
