create table holds (id int primary key, b v default row(1, 2.5)::v);
insert into holds values (1, row(1, 1.5)), (2, row(1, 1.2345));
