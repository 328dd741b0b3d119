create table x (id int, n int);
