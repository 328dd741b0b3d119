create view two as select id, a from one;
