create view reader as select f(1) as a;
