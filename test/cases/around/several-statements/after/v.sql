create view v as select id, a, bb as b, c from tt;
