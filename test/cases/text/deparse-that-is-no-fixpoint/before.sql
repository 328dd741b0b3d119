create table x (id int, s varchar(10), d date, j jsonb);
