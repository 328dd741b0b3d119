create type mood as enum ('a', 'b');
create table t (id int, m text);
insert into t values (1, 'a');
