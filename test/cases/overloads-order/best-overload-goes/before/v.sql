create view v as select f(1) as n;
