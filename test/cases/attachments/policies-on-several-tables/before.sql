create table t (id int primary key, a int, gone text);
create table one (id int, a int);
create table two (id int, a int);
alter table one enable row level security;
alter table two enable row level security;
