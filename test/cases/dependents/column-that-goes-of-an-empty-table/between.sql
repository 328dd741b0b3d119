create table holds (id int primary key, b v);
create table parted (id int, b v) partition by range (id);
create table part partition of parted default;
