create table p(a int, b int);
create table c() inherits (p);
create table cc() inherits (c);
insert into cc values (1, 2);
