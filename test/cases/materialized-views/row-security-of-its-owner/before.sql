create table t (id int primary key, a int, gone text);
insert into t values (1, 10, 'x'), (2, -1, 'x');
alter table t enable row level security;
create policy positive on t to alice using (a > 0);
grant select on t to alice;
grant create on schema public to alice;
