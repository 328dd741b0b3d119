create view passes as select a from base;
