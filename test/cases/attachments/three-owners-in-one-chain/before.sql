create table t (id int primary key, a int);
insert into t values (1, 10);
grant select on t to alice, bob, carol;
grant create on schema public to alice, bob, carol;
