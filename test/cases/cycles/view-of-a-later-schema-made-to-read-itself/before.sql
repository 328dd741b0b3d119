create schema a; create schema b; create table b.t (x int); create table a.u (x int);
