create table holds (id int primary key, b v not null, many v[], constraint fine check ((b).a > 0));
create index by_b on holds (b);
create index by_id on holds (((b).id));
comment on column holds.b is 'a row';
alter table holds alter column b set storage external;
insert into holds values (1, row(1, 2), array[row(1, 2)::v, null, row(null, null)::v]), (2, row(null, 7), '{}'), (3, row(3, 3), null),
  (4, row(4, 4), '[5:6]={"(1,2)","(3,4)"}');
create table parent (x int, b v);
create table child (y int) inherits (parent);
insert into child values (1, row(1, 2), 3);
create table parted (x int, b v) partition by range (x);
create table part partition of parted default;
insert into parted values (1, null);
create type comp as (x int, b v);
create function over(comp) returns int language sql as 'select $1.x';
