create view reader as select id, a, gone from base;
