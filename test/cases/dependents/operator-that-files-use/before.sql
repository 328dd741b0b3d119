create table t (id int primary key, a int);
insert into t values (1, 2);
create function less(x int, y int) returns boolean language sql immutable as 'select x < y';
create operator <<< (function = less, leftarg = int, rightarg = int);
