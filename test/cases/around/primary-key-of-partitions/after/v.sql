create view v as select id, max(a) as a from p1 group by id;
