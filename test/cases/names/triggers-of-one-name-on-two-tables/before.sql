create table x (id int); create table y (id int);
