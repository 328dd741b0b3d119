create table t (id int primary key, a int);
create domain positive as int check (value > 0);
