create table t (id int primary key, a int, b text);
insert into t values (1, 10, 'x'), (2, 20, 'y');
create function thrice(int) returns int language sql immutable as 'select $1 * 3';
