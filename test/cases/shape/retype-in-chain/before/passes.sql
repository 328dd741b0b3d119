create view passes as select id, a from base;
