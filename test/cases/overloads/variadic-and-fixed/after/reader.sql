create view reader as select f(1) as one, f(1, 2) as two, f(1, 2, 3) as three;
