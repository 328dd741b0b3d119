create table t (id int primary key, a int);
create table guarded (id int);
alter table guarded enable row level security;
