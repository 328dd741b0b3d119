create table holds (id int, b base, many base[]);
