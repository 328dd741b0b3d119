create view reader as select id, b as a from base;
