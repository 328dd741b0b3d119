create view reader as select amount as a, label as b, c from base;
