create view reader as select a, b, c from base;
