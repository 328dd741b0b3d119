create table t (id int primary key, a int);
grant select on t to alice, bob;
create schema reports authorization alice;
grant usage on schema reports to bob;
grant create on schema public to bob;
do $$ begin execute format('grant create on database %I to bob', current_database()); end $$;
set role bob;
