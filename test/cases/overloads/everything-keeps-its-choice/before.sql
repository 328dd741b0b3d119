create table t (id int primary key, a int, g int, h numeric generated always as (1) stored, p int);
alter table t enable row level security;
create domain d as int;
