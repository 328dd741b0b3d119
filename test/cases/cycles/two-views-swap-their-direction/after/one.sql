create view one as select id, a from two;
