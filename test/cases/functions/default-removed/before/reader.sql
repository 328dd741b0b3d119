create view reader as select f(1, 5) as a;
