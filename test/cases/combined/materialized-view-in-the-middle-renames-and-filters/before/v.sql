create view v as select id, a as x from m;
