create table p(id int, a int) partition by range (id); create table p1 partition of p default;
