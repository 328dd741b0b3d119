create view reader as select id, b from base;
