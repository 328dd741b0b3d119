create table p (id int, a int) partition by range (id);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p for values from (10) to (20) partition by range (a);
create table p2a partition of p2 for values from (0) to (100);
insert into p values (1, 1), (12, 3);
create table parent (a int);
create table child () inherits (parent);
create table grandchild () inherits (child);
insert into grandchild values (4);
