create table holds (id int primary key, b v default row(1, 2)::v);
