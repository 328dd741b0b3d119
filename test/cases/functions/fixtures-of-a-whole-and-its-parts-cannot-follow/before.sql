create table t (id int, a int) partition by range (id);
create table t1 partition of t default;
create table u (id int, a int);
create table u1 () inherits (u);
