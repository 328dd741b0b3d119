create view reader as select id, a from base where a > 0;
