create view reader as select id, x from low;
