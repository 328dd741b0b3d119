create view reader as select id, a, b from base;
