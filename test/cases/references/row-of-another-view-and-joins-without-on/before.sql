create table p (id int, a int) partition by list (id); create table p1 partition of p for values in (1); create table q (id int, c int);
