create view reader as select f(x => 1) as a;
