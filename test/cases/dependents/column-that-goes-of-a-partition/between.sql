create table parted (id int, b v) partition by range (id);
create table part partition of parted default;
insert into parted values (1, row(1, 2));
