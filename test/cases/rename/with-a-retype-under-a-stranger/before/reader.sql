create view reader as select a from base;
