create view reader as select s from base;
