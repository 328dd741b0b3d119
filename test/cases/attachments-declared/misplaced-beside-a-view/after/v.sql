create view v as select id from t;
comment on table t is 'x';
create index on t (a);
grant usage on schema public to bob;
alter table t add x int;
