create table parted (id int, a int) partition by range (f(a));
create table part partition of parted for values from (0) to (10);
