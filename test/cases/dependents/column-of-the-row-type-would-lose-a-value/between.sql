create table holds (id int primary key, b v);
insert into holds values (1, row(1, 1.5)), (2, row(1, 1.2345));
