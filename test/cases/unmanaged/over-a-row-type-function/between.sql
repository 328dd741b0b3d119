create view sv as select fb(b) from b;
create view sv2 as select * from sv, lateral (select fb(b) as q from b) x;
