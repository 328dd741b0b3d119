create table v (id int);
