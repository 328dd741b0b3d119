create table t(id int primary key, a int);
create table u(x int) inherits (t);
create table part(id int, a int) partition by list (a);
create table part_a partition of part for values in (1);
