create table holds (id int primary key, b v);
create view reads as select id, (b).a from holds;
