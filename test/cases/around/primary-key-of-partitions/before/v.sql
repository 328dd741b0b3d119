create view v as select id, a from p1 group by id;
