create schema a; create schema b; create table b.t (id int, x int); create table b.u (id int, x int);
