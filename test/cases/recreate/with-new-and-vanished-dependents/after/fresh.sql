create view fresh as select a from base;
