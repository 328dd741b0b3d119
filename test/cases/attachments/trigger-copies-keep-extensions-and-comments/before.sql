create table p (id int, a int) partition by range (id);
create table p1 partition of p for values from (0) to (10) partition by range (id);
create table p2 partition of p1 default;
