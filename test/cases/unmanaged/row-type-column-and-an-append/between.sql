create table holds (id int, b base);
insert into holds values (1, row(1, 2));
