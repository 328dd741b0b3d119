create view one as select id, a from base;
create view other_one as select count(*) as n from base;
create view two as select id, a + 1 as a from one;
create view three as select * from two;
create view four as select a from three join other_one on true;
create view five as select sum(a) as total from four;
