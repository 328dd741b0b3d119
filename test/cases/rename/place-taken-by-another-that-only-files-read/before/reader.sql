create view reader as select id, a from base;
