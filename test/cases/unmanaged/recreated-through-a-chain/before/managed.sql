create view managed as select id, a from base;
