create table holds (id int, b base, many base[]);
insert into holds values (1, row(1, 'x', 2), null);
