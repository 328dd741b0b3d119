create table t(id int primary key, a int);
create type ct as (x int, y text);
