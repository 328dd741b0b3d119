create view reader as select amount as a from base;
